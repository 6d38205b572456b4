/**
 * The first lines of the function at the edge, before each request to the site: it says whom CloudFront speaks with, and proves by the
 * door's secret that CloudFront says so. What a stranger sent under either name, or under any other that the product believes, is
 * dropped: CloudFront keeps all spellings of a header under one name in small letters. CloudFront Functions, runtime 2.0.
 */
export const edgeFunction = (doorSecret: string): string =>
  [
    'for (const name in event.request.headers) if (/^x-aion-/.test(name)) delete event.request.headers[name];',
    'event.request.headers["x-aion-viewer"] = { value: event.viewer.ip };',
    `event.request.headers["x-aion-door"] = { value: ${JSON.stringify(doorSecret)} };`,
  ].join('\n  ');
