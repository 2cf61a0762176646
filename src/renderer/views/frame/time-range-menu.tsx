import { ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Button } from '../../components/button';
import { Menu } from '../../components/menu';
import menu from '../../components/menu.module.css';
import { TIME_RANGES, type TimeRange, ui, useUi } from '../../store/ui';

function rangeName(minutes: TimeRange): string {
  return minutes < 60 ? `last ${minutes} min` : minutes === 60 ? 'last hour' : `last ${minutes / 60} h`;
}

/** How far back the charts reach. */
export function TimeRangeMenu() {
  const minutes = useUi((state) => state.minutes);
  return (
    <Menu
      align="end"
      trigger={
        <Button className={menu.pill} aria-label={`Time range: ${rangeName(minutes)}`}>
          {rangeName(minutes)}
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <DropdownMenu.RadioGroup
        value={String(minutes)}
        onValueChange={(value) => {
          const chosen = TIME_RANGES.find((range) => String(range) === value);
          if (chosen) ui.setState({ minutes: chosen });
        }}
      >
        {TIME_RANGES.map((range) => (
          <DropdownMenu.RadioItem key={range} className={menu.item} value={String(range)}>
            {rangeName(range)}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </Menu>
  );
}
