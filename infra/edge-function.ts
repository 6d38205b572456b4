import { VOUCHED } from '../web/src/vouched-headers.ts';

/**
 * The first lines of the function at the edge, before each request to the site: it says whom CloudFront speaks with, and proves by the
 * door's secret that CloudFront says so. What a stranger sent under either name, or under any other that the site believes, is
 * dropped: CloudFront keeps all spellings of a header under one name in small letters. CloudFront Functions, runtime 2.0.
 */
export const edgeFunction = (doorSecret: string): string =>
  [
    `for (const name in event.request.headers) if (${VOUCHED}.test(name)) delete event.request.headers[name];`,
    'event.request.headers["x-aion-viewer"] = { value: event.viewer.ip };',
    `event.request.headers["x-aion-door"] = { value: ${JSON.stringify(doorSecret)} };`,
  ].join('\n  ');

/** The statuses of errors that CloudFront keeps for ten seconds unless it is told otherwise. */
export const KEPT_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] as const;
