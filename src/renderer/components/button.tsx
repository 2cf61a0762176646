import type { ButtonHTMLAttributes, MouseEvent } from 'react';
import type { Command } from '../commands/command';
import styles from './button.module.css';
import { Shortcut } from './shortcut';
import { Tip } from './tip';
import { useCommand } from '../hooks/use-command';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: 'plain' | 'primary' | 'warn' | 'danger' | 'quiet';
  /** Why it cannot be pressed now. It stays reachable by keyboard, so that the reason can be read. */
  refusal?: string | null | undefined;
}

/** Whoever presses a button that refuses wants to know why: the tip would close otherwise. */
function keepTip(event: MouseEvent): void {
  event.preventDefault();
}

/** A button that, when it may not be pressed, says why instead of going silent. */
export function Button({ tone = 'plain', refusal, className, onClick, onPointerDown, ...rest }: ButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      className={[styles.button, styles[tone], className].filter(Boolean).join(' ')}
      aria-disabled={refusal ? true : undefined}
      onClick={refusal ? keepTip : onClick}
      onPointerDown={refusal ? keepTip : onPointerDown}
    />
  );
  return refusal ? <Tip text={refusal}>{button}</Tip> : button;
}

/** The button of a command: its name, icon, shortcut and reason come from the command itself. */
export function CommandButton({
  command,
  tone = 'plain',
  iconOnly = false,
  label: shorter,
}: {
  command: Command;
  tone?: ButtonProps['tone'];
  iconOnly?: boolean;
  /** A shorter name, where there is little room. */
  label?: string;
}) {
  const { label: fullLabel, refusal, run } = useCommand(command);
  const label = shorter ?? fullLabel;
  const Icon = command.icon;
  const button = (
    <Button tone={tone} refusal={refusal} onClick={run} aria-label={iconOnly ? label : undefined}>
      <Icon size={14} aria-hidden />
      {!iconOnly && label}
    </Button>
  );
  if (refusal || (!command.shortcut && !iconOnly)) return button;
  return (
    <Tip
      text={
        <>
          {label} {command.shortcut && <Shortcut keys={command.shortcut} />}
        </>
      }
    >
      {button}
    </Tip>
  );
}
