import { cx } from '../ui/class-names.ts';
import type { Order, Sort } from './list-query.ts';

interface Column {
  readonly title: string;
  readonly sort?: Sort;
  readonly firstOrder?: Order;
  readonly numeric?: boolean;
  readonly money?: boolean;
  readonly full?: boolean;
  readonly className?: string;
  readonly explain?: string;
}

const COLUMNS: readonly Column[] = [
  { title: 'Symbol', sort: 'symbol', firstOrder: 'asc' },
  { title: 'Side' },
  {
    title: 'Model confidence',
    sort: 'confidence',
    firstOrder: 'desc',
    full: true,
    explain: "The models' weighted probability that this side wins; not calibrated",
  },
  { title: 'Entry zone', money: true, numeric: true },
  { title: 'Stop', money: true, numeric: true, explain: 'Leave here; in percent from the middle of the entry zone' },
  {
    title: 'Target',
    money: true,
    numeric: true,
    explain: 'First target; in percent from the middle of the entry zone',
  },
  {
    title: 'R:R',
    sort: 'reward',
    firstOrder: 'desc',
    numeric: true,
    full: true,
    explain: 'Reward to the first target over risk to the stop',
  },
  { title: 'Readiness', explain: 'Whether the hourly check says enter or wait, and why' },
  {
    title: 'Models',
    full: true,
    className: 'hidden lg:table-cell',
    explain: 'One vote per model: up, down or neutral',
  },
  { title: 'Age', sort: 'published', firstOrder: 'desc', numeric: true, className: 'hidden md:table-cell' },
  { title: '30 closes', full: true, className: 'hidden xl:table-cell' },
];

export function TableHead(props: {
  full: boolean;
  currency: string;
  sort: Sort;
  order: Order;
  onSort: (sort: Sort, order: Order) => void;
}) {
  return (
    <thead role="rowgroup" className="max-sm:sr-only">
      <tr role="row" className="text-note text-ink-3">
        {COLUMNS.filter((column) => props.full || column.full !== true).map((column) => {
          const active = column.sort !== undefined && column.sort === props.sort;
          const arrow = active ? (props.order === 'asc' ? '↑' : '↓') : '';
          const title = column.title === 'Readiness' && !props.full ? 'Status' : column.title;
          return (
            <th
              key={column.title}
              role="columnheader"
              scope="col"
              title={column.explain}
              aria-sort={active ? (props.order === 'asc' ? 'ascending' : 'descending') : undefined}
              className={cx(
                'h-9 px-2 font-medium whitespace-nowrap',
                column.numeric === true ? 'text-right' : 'text-left',
                column.title === 'Symbol' && 'pl-12',
                column.title === 'Readiness' && 'pl-6',
                column.title === 'Age' && !props.full && 'pr-4',
                column.className,
              )}
            >
              {column.sort === undefined ? (
                <>
                  {title}
                  {column.money === true && ` (${props.currency})`}
                </>
              ) : (
                <button
                  type="button"
                  className={cx('hover:text-ink', active && 'text-ink')}
                  onClick={() => props.onSort(...nextSort(column.sort ?? 'rank', column.firstOrder ?? 'asc', props))}
                >
                  {title} <span aria-hidden="true">{arrow}</span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** First press: the useful order; second: the other; third: back to the rank. */
function nextSort(sort: Sort, first: Order, now: { sort: Sort; order: Order }): [Sort, Order] {
  if (now.sort !== sort) return [sort, first];
  if (now.order === first) return [sort, first === 'asc' ? 'desc' : 'asc'];
  return ['rank', 'asc'];
}
