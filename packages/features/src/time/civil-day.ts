/** Monday 0 … Sunday 6 of a day since 1970-01-01, a Thursday. */
export const weekdayFromMonday = (epochDay: number): number => (((epochDay + 3) % 7) + 7) % 7;

const TABLE_DAYS = 47_482;
let table: Int16Array | undefined;

/** Month and day of a day since 1970-01-01, as month × 100 + day. */
export function monthAndDay(epochDay: number): number {
  // Until 2099 from a table: features ask for every bar.
  table ??= Int16Array.from({ length: TABLE_DAYS }, (_, day) => computed(day));
  return table[epochDay] ?? computed(epochDay);
}

/** H. Hinnant's civil calendar, years counted from March. */
function computed(epochDay: number): number {
  const shifted = epochDay + 719_468;
  const dayOfEra = shifted - Math.floor(shifted / 146_097) * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return 100 * (fromMarch < 10 ? fromMarch + 3 : fromMarch - 9) + day;
}
