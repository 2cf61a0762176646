import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { axisTop, type ChartRow, loneValues, plotColumns, stepOf } from './trend-series';

/** How one value of each row is drawn. Colours are tokens such as `var(--waiting)`. */
export interface ChartSeries {
  label: string;
  colour: string;
}

/** What is drawn, and how its values and times read. */
export interface PlotOptions {
  series: readonly ChartSeries[];
  /** Bars are stacked, the first series at the bottom. */
  kind: 'lines' | 'bars';
  formatValue: (value: number) => string;
  formatTime: (at: number) => string;
  /** A dashed level, in the unit of the values. */
  target?: number | undefined;
  /** Tells which row the pointer is on, null when it is on none. */
  onHover: (row: number | null) => void;
}

/** A plot in the page. */
export interface Plot {
  draw: (rows: readonly ChartRow[]) => void;
  remove: () => void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** What may lie between two times below a chart. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR),
];
const TIME_GAP_PX = 64;
const BAR = { share: 0.82, mostPx: 28 } as const;

/** Puts a plot into an element, in the colours that hold there now, and keeps to the element's size. */
export function createPlot(element: HTMLElement, options: PlotOptions): Plot {
  const shown: { rows: readonly ChartRow[] } = { rows: [] };
  const plot = new uPlot(
    toUplot(element, options, shown),
    plotColumns([], options.series.length, options.kind),
    element,
  );
  const sizes = new ResizeObserver(() =>
    plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
  );
  sizes.observe(element);
  return {
    draw(rows) {
      shown.rows = rows;
      plot.setData(plotColumns(rows, options.series.length, options.kind));
    },
    remove() {
      sizes.disconnect();
      plot.destroy();
    },
  };
}

function toUplot(
  element: HTMLElement,
  options: PlotOptions,
  shown: { rows: readonly ChartRow[] },
): uPlot.Options {
  const { kind, target, onHover } = options;
  const stacked = kind === 'bars';
  const colourOf = colourReader(element);
  const colours = options.series.map(({ colour }) => colourOf(colour));
  const points = {
    show: !stacked,
    size: 6,
    width: 0,
    fill: (_plot: uPlot, index: number) => colours[index - 1] ?? '',
  };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [12, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points },
    scales: {
      x: {
        time: false,
        // A bar stands around its time, a line begins and ends at one.
        range: (_plot, first, last) => {
          const margin = stacked || first === last ? stepOf(shown.rows) / 2 : 0;
          return [first - margin, last + margin];
        },
      },
      y: { range: () => [0, axisTop(shown.rows, stacked, target)] },
    },
    axes: axesOf(options, getComputedStyle(element).fontFamily, colourOf),
    series: [{}, ...seriesOf(options, shown, colours)],
    hooks: {
      setCursor: [({ cursor: { idx } }) => onHover(idx ?? null)],
      draw: target === undefined ? [] : [(plot) => drawTarget(plot, target, colourOf('var(--bad-fill)'))],
    },
  };
}

/** A canvas knows no tokens: tells what a colour is at the element, in the theme of now. */
function colourReader(element: HTMLElement): (colour: string) => string {
  return (colour) => {
    element.style.color = colour;
    const found = getComputedStyle(element).color;
    element.style.color = '';
    return found;
  };
}

function axesOf(
  { formatValue, formatTime }: PlotOptions,
  family: string,
  colourOf: (colour: string) => string,
): uPlot.Axis[] {
  const line = { stroke: colourOf('var(--line)'), width: 1 };
  const common = {
    font: `11px ${family}`,
    stroke: colourOf('var(--text-faint)'),
    ticks: { show: false },
    gap: 6,
  };
  return [
    {
      ...common,
      size: 24,
      space: TIME_GAP_PX,
      incrs: TIME_STEPS,
      grid: { show: false },
      values: (_plot, times) => times.map(formatTime),
    },
    {
      ...common,
      size: 46,
      grid: line,
      splits: (_plot, _axis, _bottom, top) => [0, 1, 2, 3].map((part) => (part * top) / 3),
      values: (_plot, values) => values.map(formatValue),
    },
  ];
}

function seriesOf(
  { series, kind }: PlotOptions,
  shown: { rows: readonly ChartRow[] },
  colours: readonly string[],
): uPlot.Series[] {
  if (kind === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [BAR.share, BAR.mostPx] });
    const bars = series.map(({ label }, index) => ({
      label,
      fill: colours[index] ?? '',
      width: 0,
      points: { show: false },
      ...(paths && { paths }),
    }));
    // The highest sum is drawn first, so that each lower one covers its part.
    return bars.reverse();
  }
  return series.map(({ label }, index) => {
    const stroke = colours[index] ?? '';
    // A value without neighbours makes no line: it is shown as a dot.
    const filter = () => loneValues(shown.rows, index);
    return { label, stroke, width: 1.5, points: { show: true, size: 5, width: 0, fill: stroke, filter } };
  });
}

function drawTarget(plot: uPlot, target: number, colour: string): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(target, 'y', true));
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.7;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
