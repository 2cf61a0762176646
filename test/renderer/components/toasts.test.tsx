import { QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { DropdownMenu, Tooltip } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '@shared/client';
import { Menu } from '../../../src/renderer/components/menu';
import { Modal } from '../../../src/renderer/components/modal';
import { Toasts } from '../../../src/renderer/components/toasts';
import { ClientContext } from '../../../src/renderer/hooks/use-command';
import { createQueryClient } from '../../../src/renderer/hooks/use-operation';
import { showToast, toasts } from '../../../src/renderer/store/toasts';
import { PoolMenu } from '../../../src/renderer/views/frame/pool-menu';
import { UserDrawer } from '../../../src/renderer/views/users/user-drawer';

/** Answers nothing: what is open stands there, whatever it would show. */
const client: Client = {
  call: () => new Promise<never>(() => {}),
  listen: () => () => undefined,
  close: () => undefined,
};

afterEach(() => {
  cleanup();
  toasts.setState({ list: [] });
});

function put(what: ReactNode): void {
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={createQueryClient()}>
        <Tooltip.Provider>
          {what}
          <Toasts />
        </Tooltip.Provider>
      </QueryClientProvider>
    </ClientContext>,
  );
}

const message = () => screen.queryByText('somebody moved');
function tell(): void {
  act(() => void showToast({ tone: 'good', title: 'somebody moved' }));
  expect(message()).not.toBeNull();
}

/** As a browser does: to whatever has the keyboard. */
const escape = () => fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });

function Dialog() {
  const [open, setOpen] = useState(true);
  return (
    <Modal title="A question" open={open} onOpenChange={setOpen}>
      text
    </Modal>
  );
}

function Drawer() {
  const [open, setOpen] = useState(true);
  return open && <UserDrawer user="ada" onClose={() => setOpen(false)} />;
}

describe('Escape, when a message has come up over it,', () => {
  it.each<[what: string, element: ReactNode, open: () => void, seen: () => HTMLElement | null]>([
    ['a dialog', <Dialog key="dialog" />, () => {}, () => screen.queryByRole('dialog')],
    [
      'a menu',
      <Menu key="menu" align="start" trigger={<button type="button">More</button>}>
        <DropdownMenu.Item>something</DropdownMenu.Item>
      </Menu>,
      () => fireEvent.keyDown(screen.getByRole('button', { name: 'More' }), { key: 'Enter' }),
      () => screen.queryByRole('menu'),
    ],
    [
      'the pools',
      <PoolMenu key="pools" />,
      () => fireEvent.click(screen.getByRole('button', { name: /^Pool:/ })),
      () => screen.queryByRole('dialog'),
    ],
    ['a drawer', <Drawer key="drawer" />, () => {}, () => screen.queryByRole('complementary')],
  ])('closes %s, and leaves the message', (_what, element, open, seen) => {
    put(element);
    open();
    expect(seen()).not.toBeNull();
    tell();
    escape();
    expect(seen()).toBeNull();
    expect(message()).not.toBeNull();
  });

  it('closes the message where nothing else is open, and where it has the keyboard', () => {
    put(<Drawer />);
    tell();
    act(() => screen.getByRole('button', { name: 'Dismiss' }).focus());
    escape();
    expect(message()).toBeNull();
    expect(screen.queryByRole('complementary')).not.toBeNull();
    act(() => screen.getByRole('button', { name: 'Close' }).focus());
    escape();
    expect(screen.queryByRole('complementary')).toBeNull();
    tell();
    escape();
    expect(message()).toBeNull();
  });
});
