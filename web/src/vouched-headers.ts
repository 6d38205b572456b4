/**
 * Headers that the site, its framework or what wraps them on AWS believes, and which therefore must not come in from outside: whose a
 * request is, by which name and path it was asked, what a middleware already did. What stands in front of the site drops them, on one
 * machine and at the edge alike, and then sets its own. Small letters.
 */
export const VOUCHED =
  /^(x-(aion|forwarded|middleware|open-?next|invoke|prerender|vercel|nextjs)-.*|x-(real-ip|isr|matched-path)|forwarded|cloudfront-viewer-.*)$/;
