import { cx } from './class-names.ts';

/** BUY or SELL: colour, arrow and word together. */
export function SideMark({ side, size = 'row' }: { side: 'BUY' | 'SELL'; size?: 'row' | 'page' }) {
  const up = side === 'BUY';
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1 rounded-sm px-2 font-semibold whitespace-nowrap',
        size === 'row' ? 'text-note' : 'text-lead',
        up ? 'bg-up-soft text-up' : 'bg-down-soft text-down',
      )}
    >
      <span aria-hidden="true">{up ? '▲' : '▼'}</span>
      {side}
    </span>
  );
}

/** A change with its sign and arrow. */
export function Change({ frac, text }: { frac: number; text: string }) {
  const tone = frac > 0 ? 'text-up' : frac < 0 ? 'text-down' : 'text-ink-2';
  return (
    <span className={cx('num whitespace-nowrap', tone)}>
      <span aria-hidden="true" className="mr-1 text-[10px]">
        {frac > 0 ? '▲' : frac < 0 ? '▼' : '■'}
      </span>
      {text}
    </span>
  );
}
