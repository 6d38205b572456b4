import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

/** One of a few, side by side. */
export function Choice<T extends string>(props: {
  label: string;
  options: readonly T[];
  titles: Readonly<Record<T, ReactNode>>;
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <div role="group" aria-label={props.label} className="flex overflow-hidden rounded-md border border-line">
      {props.options.map((option) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === props.value}
          onClick={() => props.onChange(option)}
          className={cx(
            'h-8 px-3 -outline-offset-2 whitespace-nowrap not-first:border-l not-first:border-line max-sm:h-10',
            option === props.value ? 'bg-raised font-semibold text-ink' : 'text-ink-2 hover:bg-raised',
          )}
        >
          {props.titles[option]}
        </button>
      ))}
    </div>
  );
}

/** A filter that can be pressed. */
export function Pill(props: { pressed: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={props.pressed}
      onClick={props.onPress}
      className={cx(
        'min-h-7 rounded-full border px-3 text-left text-note max-sm:min-h-10',
        props.pressed ? 'border-accent bg-accent-soft text-accent' : 'border-line text-ink-2 hover:text-ink',
      )}
    >
      {props.children}
    </button>
  );
}
