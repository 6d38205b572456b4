import { dateOf, dateTime } from '../ui/format.ts';
import { sentence } from '../ui/sentence.ts';

const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z/g;
const DAY = /\b\d{4}-\d{2}-\d{2}\b/g;

/** A phrase of the server as a sentence for people: instants in exchange time, days with the name of their month. */
export const plainWords = (text: string): string =>
  sentence(
    text
      .replace(INSTANT, (instant) => (Number.isNaN(Date.parse(instant)) ? instant : dateTime(Date.parse(instant))))
      // A session's date has no zone; it is read and written in the same one.
      .replace(DAY, (day) => (Number.isNaN(Date.parse(day)) ? day : dateOf(Date.parse(day), 'UTC'))),
  );
