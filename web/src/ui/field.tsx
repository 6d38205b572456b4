import { useId, type ComponentProps } from 'react';
import { cx } from './class-names.ts';

export const inputClass =
  'h-8 w-full rounded-md border border-line-strong/60 bg-field px-3 text-body text-ink placeholder:text-ink-3 max-sm:h-10';

/** A labelled input with its unit, hint or error, tied together for assistive technology. */
export function Field(
  props: ComponentProps<'input'> & {
    label: string;
    hint?: string | undefined;
    error?: string | undefined;
    unit?: string;
  },
) {
  const { label, hint, error, unit, className, ...input } = props;
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-note font-medium text-ink-2">
        {label}
        {unit !== undefined && <span className="text-ink-3"> ({unit})</span>}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        className={cx(inputClass, 'num', error !== undefined && 'border-danger')}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={cx('mt-1 text-note', error === undefined ? 'text-ink-3' : 'text-danger')}>
          {note}
        </p>
      )}
    </div>
  );
}
