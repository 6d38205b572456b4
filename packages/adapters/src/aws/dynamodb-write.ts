import { AppError, type Condition, type Item, type ItemKey, type StoredItem, type TableName } from '@aion/core';
import type { Attributes } from './dynamodb-range.ts';
import { TTL_ATTRIBUTE } from './table-shape.ts';

const ABSENT = `(attribute_not_exists(#pk) OR #${TTL_ATTRIBUTE} <= :now)`;
const LIVE = `(attribute_not_exists(#${TTL_ATTRIBUTE}) OR #${TTL_ATTRIBUTE} > :now)`;
const OPTIONAL = ['gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'] as const;

export interface Expression {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
}

/**
 * How an unconditional put treats what is there. `grow` counts the revision up and refuses an item that has expired but
 * was not removed yet; `restart` begins at revision 1 and refuses one that lives. So an expired item counts as absent.
 */
export type PutForm = 'grow' | 'restart';

/**
 * The update that stores an item. `writeId` is written beside it and must differ from what is there: when an answer was lost
 * and the update is sent again, the refusal shows our own id, and the write is known to have landed.
 */
export function toUpdate(
  item: Item,
  when: Condition | undefined,
  form: PutForm,
  writeId: string,
  nowS: number,
): Expression & { UpdateExpression: string; ConditionExpression: string } {
  const names: Record<string, string> = { '#v': 'v', '#body': 'body', '#w': 'w', '#rev': 'rev' };
  const values: Attributes = {
    ':v': { N: String(item.v) },
    ':body': { S: JSON.stringify(item.body) },
    ':w': { S: writeId },
    ':one': { N: '1' },
  };
  const set = ['#v = :v', '#body = :body', '#w = :w'];
  const remove: string[] = [];
  for (const name of OPTIONAL) {
    names[`#${name}`] = name;
    if (item[name] === undefined) remove.push(`#${name}`);
    else {
      set.push(`#${name} = :${name}`);
      values[`:${name}`] = { S: item[name] };
    }
  }
  if (item.expiresAtS === undefined) remove.push(`#${TTL_ATTRIBUTE}`);
  else {
    set.push(`#${TTL_ATTRIBUTE} = :expiresAtS`);
    values[':expiresAtS'] = { N: String(item.expiresAtS) };
  }
  names[`#${TTL_ATTRIBUTE}`] = TTL_ATTRIBUTE;
  const restart = when === undefined ? form === 'restart' : when.kind === 'absent';
  if (restart) set.push('#rev = :one');
  const condition = when === undefined ? (restart ? { kind: 'absent' as const } : undefined) : when;
  const guard = condition === undefined ? { text: LIVE, names: {}, values: {} } : toCondition(condition);
  return {
    UpdateExpression: [
      `SET ${set.join(', ')}`,
      ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(', ')}`]),
      ...(restart ? [] : ['ADD #rev :one']),
    ].join(' '),
    ConditionExpression: `(attribute_not_exists(#w) OR #w <> :w) AND ${guard.text}`,
    ExpressionAttributeNames: { ...names, ...guard.names },
    ExpressionAttributeValues: { ...values, ...guard.values, ':now': { N: String(nowS) } },
  };
}

/** The condition alone, for deletes and checks. */
export function toCheck(when: Condition | undefined, nowS: number): Expression {
  if (when === undefined) return {};
  const guard = toCondition(when);
  return {
    ConditionExpression: guard.text,
    ExpressionAttributeNames: { ...guard.names, [`#${TTL_ATTRIBUTE}`]: TTL_ATTRIBUTE },
    ExpressionAttributeValues: { ...guard.values, ':now': { N: String(nowS) } },
  };
}

function toCondition(when: Condition): { text: string; names: Record<string, string>; values: Attributes } {
  if (when.kind === 'absent') return { text: ABSENT, names: { '#pk': 'pk' }, values: {} };
  if (when.kind === 'exists') return { text: `attribute_exists(#pk) AND ${LIVE}`, names: { '#pk': 'pk' }, values: {} };
  return { text: `#rev = :rev AND ${LIVE}`, names: { '#rev': 'rev' }, values: { ':rev': { N: String(when.rev) } } };
}

export function toKey(key: ItemKey): Attributes {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}

export function toItem(table: TableName, found: Attributes): StoredItem {
  const item: { -readonly [K in keyof StoredItem]: StoredItem[K] } = {
    table,
    pk: found['pk']?.S ?? '',
    sk: found['sk']?.S ?? '',
    v: Number(found['v']?.N),
    rev: Number(found['rev']?.N),
    body: toBody(found),
  };
  for (const name of OPTIONAL) {
    const value = found[name]?.S;
    if (value !== undefined) item[name] = value;
  }
  const expiry = found[TTL_ATTRIBUTE]?.N;
  if (expiry !== undefined) item.expiresAtS = Number(expiry);
  return item;
}

function toBody(found: Attributes): Record<string, unknown> {
  const name = `${found['pk']?.S} | ${found['sk']?.S}`;
  try {
    return JSON.parse(found['body']?.S ?? '') as Record<string, unknown>;
  } catch (cause) {
    throw new AppError('corrupt', `item ${name} has a body that is no JSON: something else wrote it; restore it`, {
      cause,
    });
  }
}
