import type { ExchangeCalendar } from '../calendar.ts';
import { type BarTime, type BarTimes, dateOnly, makeBarTimes } from './bar-time.ts';
import { type CellText, proveDateOrder } from './date-order.ts';
import { type Layout, ROLE } from './layout.ts';
import type { TextFile } from './text.ts';

/** Dates and times that the fast path does not read, in plain files; how they are read is decided once, from all of the file. */
export interface FileTimes {
  /** Epoch day, or -1. */
  dayOf(text: string): number;
  /** Epoch day and minute after midnight on the exchange's clock, or -1. */
  minuteOf(text: string): [day: number, minute: number];
  notes(): readonly string[];
  /** A date that can be read, of days that the lake does not count. */
  isBefore1970(text: string): boolean;
  /** In words, where the file's dates cannot all be of one order. */
  contradiction(): string | undefined;
}

export function makeFileTimes(file: TextFile, layout: Layout, calendar: ExchangeCalendar): FileTimes {
  const column = layout.roles.findIndex((role) => role === ROLE.isoDate || role === ROLE.dateTime);
  // A bhavcopy has one way of writing its date.
  return layout.oneSession ? NO_TIMES : makeTimes(() => cellsOf(file, column), calendar);
}

/** Of a single date or time: no other shows whether its day or its month stands first. */
export const makeTextTimes = (text: string, calendar: ExchangeCalendar): FileTimes =>
  makeTimes(() => [{ line: 1, text }], calendar);

const NO_TIMES: FileTimes = {
  dayOf: () => -1,
  minuteOf: () => [-1, -1],
  notes: () => [],
  isBefore1970: () => false,
  contradiction: () => undefined,
};

/** `cellsToProve`: all dates that one hand wrote; asked for with the first that is read. */
function makeTimes(cellsToProve: () => CellText[], calendar: ExchangeCalendar): FileTimes {
  let times: BarTimes | undefined;
  let contradiction: string | undefined;
  // Rows of one time often stand together.
  let last = '';
  let lastTime: BarTime | undefined;
  const read = (text: string): BarTime | undefined => {
    if (text === last) return lastTime;
    // What goes into the lake must have one reading: 03-04-2026 alone has two.
    if (times === undefined) {
      const cells = cellsToProve();
      const proof = proveDateOrder(cells);
      if (proof.kind === 'contradiction') contradiction = proof.message;
      if (contradiction !== undefined) return undefined;
      times = makeBarTimes(cells, calendar, 'unread');
    }
    last = text;
    return (lastTime = times.parse(text));
  };
  return {
    dayOf: (text) => dateOnly(read(text)) ?? -1,
    minuteOf(text) {
      const found = read(text);
      return found === undefined || found.minute === null || found.second !== 0
        ? [-1, -1]
        : [found.sessionDay, found.minute];
    },
    notes: () => times?.notes ?? [],
    isBefore1970: (text) => (read(text)?.sessionDay ?? 0) < 0,
    contradiction: () => contradiction,
  };
}

/** The cells of a column, each with its line. */
function cellsOf({ bytes, bodyStart }: TextFile, column: number): CellText[] {
  const lines = new TextDecoder().decode(bytes.subarray(bodyStart)).split('\n');
  return lines.map((line, index) => ({ line: index + 2, text: line.split(',')[column]?.trim() ?? '' }));
}
