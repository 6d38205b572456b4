/** What a template's references stand for: pseudo parameters (`AWS::Region`) and parameters by name. */
export type References = Readonly<Record<string, string>>;

/** A template's value with its references resolved; an attribute becomes `logicalId.attribute`. Throws on what it does not know. */
export function resolveValue(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((one) => resolveValue(one, references));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [key, given] = only;
    if (key === 'Ref') return references[given as string] ?? `${given as string}-value`;
    if (key === 'Fn::GetAtt') return (given as string[]).join('.');
    if (key === 'Fn::Join') {
      const [separator, parts] = resolveValue(given, references) as [string, string[]];
      return parts.join(separator);
    }
    if (key.startsWith('Fn::'))
      throw new RangeError(`the template uses ${key}, which nothing here resolves: add it to resolve-template.ts`);
  }
  return Object.fromEntries(entries.map(([key, nested]) => [key, resolveValue(nested, references)]));
}
