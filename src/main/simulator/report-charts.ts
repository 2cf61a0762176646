import { STATES } from '@shared/states';
import { movesPerSecond, type RunRecord } from './record';
import { count, escape, seconds } from './report-words';

interface Series {
  name: string;
  values: readonly number[];
}

const WIDTH = 860;
const HEIGHT = 160;
/** Safe for colour-blind eyes, and darker on white; the name is always there too. */
const COLOURS = [
  'light-dark(#6f7a8b,#8a94a6)',
  'light-dark(#b97d00,#e8a317)',
  'light-dark(#1f87bd,#4fb3e8)',
  'light-dark(#0c8a65,#12a67b)',
  'light-dark(#b3588f,#cf7fb0)',
];
const ALONE = 'light-dark(#0b63ce,#6cb2ff)';

/** How the run went, as charts with a mark wherever a fault struck. */
export function courseCharts({ samples, strikes }: Pick<RunRecord, 'samples' | 'strikes'>): string {
  const times = samples.map(({ at }) => at / 1_000);
  const marks = strikes.filter(({ done }) => done);
  return [
    chart(
      'People in each state',
      times,
      STATES.map((state) => ({
        name: state,
        values: samples.map(({ counts }) => counts[state]),
      })),
      marks,
    ),
    chart('Moves per second', times.slice(1), [{ name: 'moves/s', values: movesPerSecond(samples) }], marks),
    chart(
      'Memory of the simulator, MB',
      times,
      [{ name: 'MB', values: samples.map(({ memoryBytes }) => memoryBytes / 1_048_576) }],
      marks,
    ),
  ].join('\n');
}

/** A line chart as SVG. @param times in seconds since the run began */
function chart(
  title: string,
  times: readonly number[],
  series: readonly Series[],
  marks: RunRecord['strikes'],
): string {
  const colourOf = (index: number) => (series.length === 1 ? ALONE : COLOURS[index % COLOURS.length]);
  const end = Math.max(1, ...times);
  const top = Math.max(1, ...series.flatMap(({ values }) => values));
  const lines = series.map(({ values }, index) => {
    const points = values.map((value, at) => {
      const x = ((times[at] ?? 0) / end) * WIDTH;
      return `${x.toFixed(1)},${(HEIGHT - (value / top) * HEIGHT).toFixed(1)}`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colourOf(index)}" stroke-width="1.5"/>`;
  });
  const struck = marks.map(({ at, fault, detail }) => {
    const x = Math.min(WIDTH, (at / 1_000 / end) * WIDTH).toFixed(1);
    return `<line class="fault" x1="${x}" x2="${x}" y2="${HEIGHT}"><title>${escape(`${seconds(at)}: ${fault}: ${detail}`)}</title></line>`;
  });
  const legend = series.map(
    ({ name, values }, index) =>
      `<span><i style="background:${colourOf(index)}"></i>${escape(name)} ${count(Math.round(values.at(-1) ?? 0))}</span>`,
  );
  const faults = struck.length > 0 ? '<span><i class="fault"></i>a fault</span>' : '';
  return `<figure><figcaption>${escape(title)}, up to ${count(Math.round(top))}, over ${seconds(end * 1_000)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">${lines.join('')}${struck.join('')}</svg>
<p class="legend">at the end: ${legend.join('')}${faults}</p></figure>`;
}
