'use client';
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { cleanSymbol, type ScanFilter } from './scan-query.ts';

/** The filters of the rows. */
export function ScanControls(props: {
  filter: ScanFilter;
  sectors: readonly string[];
  onChange: (change: Partial<ScanFilter>) => void;
  children: ReactNode;
}) {
  const { filter, sectors, onChange } = props;
  const offered = filter.sector === '' || sectors.includes(filter.sector) ? sectors : [filter.sector, ...sectors];
  const filtered = filter.symbol !== '' || filter.sector !== '';
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
      <div className="relative min-w-40 flex-1 max-sm:basis-full sm:max-w-56">
        <Search size={14} aria-hidden="true" className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-3" />
        <input
          type="search"
          aria-label="Symbol: is it in this scan, and why?"
          placeholder="Symbol, and why not?"
          autoCapitalize="characters"
          spellCheck={false}
          value={filter.symbol}
          onChange={(event) => onChange({ symbol: cleanSymbol(event.target.value) })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            if (filter.symbol !== '') onChange({ symbol: '' });
            event.currentTarget.blur();
          }}
          className={cx(inputClass, 'pl-8')}
        />
      </div>
      <select
        aria-label="Sector"
        value={filter.sector}
        onChange={(event) => onChange({ sector: event.target.value })}
        className={cx(inputClass, 'w-auto min-w-0 max-sm:flex-1 sm:max-w-60')}
      >
        <option value="">All sectors</option>
        {offered.map((sector) => (
          <option key={sector} value={sector}>
            {sector}
          </option>
        ))}
      </select>
      {filtered && (
        <Button weight="quiet" onClick={() => onChange({ symbol: '', sector: '' })}>
          Clear the filters
        </Button>
      )}
      <span className="ml-auto flex items-center gap-3">{props.children}</span>
    </div>
  );
}
