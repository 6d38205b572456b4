const MAX_DEPTH = 20;
const MAX_CONDITIONS = 500;

/**
 * What is too large about a rule as it was written, in words; undefined where nothing is. Asked before the rule is read: reading,
 * evaluating and explaining one recurse, and so does every process that loads it later. It has no recursion of its own.
 */
export function excessOf(written: unknown): string | undefined {
  const open: { readonly rule: unknown; readonly depth: number }[] = [{ rule: written, depth: 1 }];
  let conditions = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { rule, depth } = next;
    if (++conditions > MAX_CONDITIONS)
      return `expected at most ${MAX_CONDITIONS} conditions, found more; make several scans of it and a preset`;
    if (depth > MAX_DEPTH) return `expected at most ${MAX_DEPTH} levels of all, any and not, found more; flatten it`;
    if (typeof rule !== 'object' || rule === null) continue;
    const { all, any, not } = rule as { readonly all?: unknown; readonly any?: unknown; readonly not?: unknown };
    for (const parts of [all, any]) {
      // More than so many cannot be within the limit, whatever they are.
      if (Array.isArray(parts))
        for (const part of parts.slice(0, MAX_CONDITIONS + 1)) open.push({ rule: part, depth: depth + 1 });
    }
    if (not !== undefined) open.push({ rule: not, depth: depth + 1 });
  }
  return undefined;
}
