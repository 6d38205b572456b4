'use client';
import type { QualityReport } from '@aion/contracts';
import { OctagonAlert, Search } from 'lucide-react';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { Tag } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { count } from '../ui/format.ts';
import { Meter } from '../ui/meter.tsx';
import { Empty } from '../ui/state.tsx';
import { selectSymbols, SHOWN, type SymbolScore } from './symbol-query.ts';
import { plainWords } from './plain-words.ts';

const PAGE_ROWS = 15;
const QUERY = { find: parseAsString.withDefault(''), show: parseAsStringLiteral(SHOWN).withDefault('found') };

/** The symbols by score, held back first; one press shows what was found for one. */
export function SymbolsPanel({ report, onSymbol }: { report: QualityReport; onSymbol: (symbol: string) => void }) {
  const [{ find, show }, setQuery] = useQueryStates(QUERY, { history: 'replace' });
  const [pages, setPages] = useState({ of: '', shown: 1 });
  const rows = useMemo(() => selectSymbols(report.symbols, find, show), [report, find, show]);
  const filter = `${show} ${find}`;
  const shownPages = pages.of === filter ? pages.shown : 1;
  const shown = rows.slice(0, shownPages * PAGE_ROWS);
  const held = report.symbols.filter((each) => each.heldBack).length;
  const found = report.symbols.filter((each) => each.issues > 0).length;
  return (
    <section aria-label="Symbols" className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="mr-2 font-semibold">Symbols</h2>
        <Choice
          label="Which symbols"
          options={SHOWN}
          titles={{
            held: `Held back ${count(held)}`,
            found: `With findings ${count(found)}`,
            all: `All ${count(report.symbols.length)}`,
          }}
          value={show}
          onChange={(value) => void setQuery({ show: value })}
        />
        <div className="relative min-w-40 flex-1 sm:max-w-56">
          <Search size={14} aria-hidden="true" className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-3" />
          <input
            type="search"
            aria-label="Search the symbols"
            placeholder="Symbol"
            value={find}
            onChange={(event) => void setQuery({ find: event.target.value })}
            className={cx(inputClass, 'pl-8')}
          />
        </div>
        <span role="status" className="num ml-auto text-note text-ink-3">
          {count(rows.length)} of {count(report.symbols.length)} symbols
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty
          title={
            find !== ''
              ? 'No symbol fits'
              : show === 'held'
                ? 'No symbol is held back'
                : 'Nothing was found for any symbol'
          }
          action={
            (find !== '' || show !== 'all') && (
              <Button onClick={() => void setQuery({ find: '', show: 'all' })}>Show all symbols</Button>
            )
          }
        />
      ) : (
        <table role="table" className="w-full text-left max-sm:block">
          <caption className="sr-only">Symbols, held back first, then the worst score</caption>
          <thead role="rowgroup" className="text-note text-ink-3 max-sm:sr-only">
            <tr role="row">
              <Head className="pl-4">Symbol</Head>
              <Head>Score (of 100)</Head>
              <Head className="text-right" title="Daily bars in the sessions that are scored">
                Bars
              </Head>
              <Head className="text-right">Findings</Head>
              <Head className="pl-6">The heaviest</Head>
            </tr>
          </thead>
          <tbody role="rowgroup" className="max-sm:block">
            {shown.map((each) => (
              <SymbolRow key={each.symbol} row={each} onSymbol={onSymbol} />
            ))}
          </tbody>
        </table>
      )}
      {shown.length < rows.length && (
        <div className="border-t border-line p-3 text-center">
          <Button onClick={() => setPages({ of: filter, shown: shownPages + 1 })}>
            Show {count(Math.min(PAGE_ROWS, rows.length - shown.length))} more
          </Button>
        </div>
      )}
    </section>
  );
}

function Head(props: { className?: string; title?: string; children: string }) {
  return (
    <th role="columnheader" scope="col" title={props.title} className={cx('h-9 px-2 font-medium', props.className)}>
      {props.children}
    </th>
  );
}

function SymbolRow({ row, onSymbol }: { row: SymbolScore; onSymbol: (symbol: string) => void }) {
  return (
    <tr
      role="row"
      className="row-lazy border-t border-line align-top hover:bg-raised max-sm:grid max-sm:grid-cols-2 max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3"
    >
      <td role="cell" className="py-2 pl-4 whitespace-nowrap max-sm:p-0">
        <button
          type="button"
          onClick={() => onSymbol(row.symbol)}
          title={`Show the findings of ${row.symbol}`}
          className="mr-3 rounded-sm font-semibold underline-offset-4 hover:underline"
        >
          {row.symbol}
        </button>
        {row.heldBack && (
          <Tag tone="danger" title="No run uses this symbol until its errors are accepted, explained or corrected">
            <OctagonAlert size={12} aria-hidden="true" />
            Held back
          </Tag>
        )}
      </td>
      <td role="cell" className="px-2 py-2 max-sm:p-0 max-sm:text-right">
        <Meter frac={row.score / 100} text={String(row.score)} label={`Score ${row.score} of 100`} />
      </td>
      <td role="cell" className="num px-2 py-2 text-right text-ink-2 max-sm:p-0 max-sm:text-left">
        {count(row.bars)}
        <span className="sm:hidden"> bars</span>
      </td>
      <td role="cell" className="num px-2 py-2 text-right text-ink-2 max-sm:p-0">
        {count(row.issues)}
        <span className="sm:hidden"> findings</span>
      </td>
      <td role="cell" className="num py-2 pr-4 pl-6 text-ink-2 max-sm:col-span-2 max-sm:p-0 max-sm:text-note">
        {row.worst === null ? <span className="text-ink-3">Nothing found</span> : plainWords(row.worst)}
      </td>
    </tr>
  );
}
