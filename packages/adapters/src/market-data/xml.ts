import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { sourceFault } from '../plumbing/faults.ts';
import type { SourceHttp } from '../plumbing/source-request.ts';

// Everything stays text: "007" and "1e5" are no numbers here.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  trimValues: true,
  processEntities: true,
});

/**
 * Parses XML of strangers. One with a document type is refused whole: its entities could be made to unfold to gigabytes or to name files, and no
 * feed or filing needs them.
 */
export function parseXml(http: Pick<SourceHttp, 'source'>, text: string): unknown {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) {
    throw sourceFault(
      'shape',
      http.source,
      'the XML brings a document type of its own, which is not read; entities could hide anything in it',
    );
  }
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    throw sourceFault(
      'broken_body',
      http.source,
      `expected XML, found an error in line ${valid.err.line} (${valid.err.code}); ask again`,
    );
  }
  return parser.parse(text);
}
