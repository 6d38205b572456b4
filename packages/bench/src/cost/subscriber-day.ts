import type { CallName } from './measured.ts';

/**
 * What one subscriber does on a day, and which calls of the API the site makes for it (web/src/app, web/src/frame). It is an
 * assumption, and the first to replace by counted traffic; everything that follows from it is measured.
 */
export const DAY = {
  /** Three visits (before the open, at midday, in the evening), the list opened twice in each. */
  listPages: 6,
  /** Two signals in three list views are opened. */
  detailPages: 4,
  /** The frame asks for the product's state every two minutes while its tab is visible: ten minutes of looking. */
  statePolls: 5,
  /** Scripts, styles and fonts, once a day per browser: they are named by their content and kept. */
  assetFiles: 25,
  assetBytes: 450_000,
} as const;

/** Sent for each page by the site's server: the layout's two calls and the page's own. */
export const PAGE_CALLS = ['me', 'market'] as const satisfies readonly CallName[];

/** Someone who looks all day: twice the visits, and an hour of watching. Shown beside the day that is counted with. */
export const HEAVY_DAY = { ...DAY, listPages: 12, detailPages: 8, statePolls: 30 } as const;

export const DAYS_PER_MONTH = 30.4;
export const SESSIONS_PER_MONTH = 21;
/** Every subscriber does so on each session; on the other days nothing new is published, and one visit in six remains. */
export const FULL_DAYS_PER_MONTH = SESSIONS_PER_MONTH + (DAYS_PER_MONTH - SESSIONS_PER_MONTH) / 6;
export const HOURS_PER_MONTH = 730;

/** Calls of the API of a day, by name. */
export function callsOfDay(
  day: Pick<typeof HEAVY_DAY | typeof DAY, 'listPages' | 'detailPages' | 'statePolls'> = DAY,
): Record<CallName, number> {
  const pages = day.listPages + day.detailPages;
  return {
    me: pages,
    market: pages + day.statePolls,
    latest: day.listPages,
    detail: day.detailPages,
  };
}
