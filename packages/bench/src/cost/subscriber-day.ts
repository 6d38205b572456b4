import type { CallName } from './measured.ts';

/**
 * What one subscriber does on a day, and which calls of the API the site makes for it (web/src/app, web/src/frame). It is an
 * assumption, and the first to replace by counted traffic; everything that follows from it is measured.
 */
export const DAY = {
  /** Six visits (before the open, four in the session, the evening), the list opened twice in each. */
  listPages: 12,
  /** One signal in three list views is opened. */
  detailPages: 8,
  /** The frame asks for the newest run every 20 s while its tab is visible: 13 minutes of looking. */
  runPolls: 40,
  /** Scripts, styles and fonts, once a day per browser: they are named by their content and kept. */
  assetFiles: 25,
  assetBytes: 450_000,
} as const;

/** Sent for each page by the site's server: the layout's three calls and the page's own. */
export const PAGE_CALLS = ['me', 'market', 'runs'] as const satisfies readonly CallName[];

export const DAYS_PER_MONTH = 30.4;
export const SESSIONS_PER_MONTH = 21;
/** Every subscriber does so on each session; on the other days nothing new is published, and one visit in six remains. */
export const FULL_DAYS_PER_MONTH = SESSIONS_PER_MONTH + (DAYS_PER_MONTH - SESSIONS_PER_MONTH) / 6;
export const HOURS_PER_MONTH = 730;

/** Calls of the API of a day, by name. */
export function callsOfDay(): Record<CallName, number> {
  const pages = DAY.listPages + DAY.detailPages;
  return {
    me: pages,
    market: pages,
    runs: pages + DAY.runPolls,
    latest: DAY.listPages,
    detail: DAY.detailPages,
  };
}
