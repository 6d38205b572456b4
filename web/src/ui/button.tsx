import type { ComponentProps } from 'react';
import { cx } from './class-names.ts';

type Weight = 'primary' | 'plain' | 'quiet' | 'danger';
const WEIGHTS: Record<Weight, string> = {
  primary: 'bg-accent text-on-accent font-semibold hover:opacity-90',
  plain: 'border border-line bg-surface text-ink hover:bg-raised',
  quiet: 'text-ink-2 hover:bg-raised hover:text-ink',
  danger: 'border border-danger bg-danger-soft text-danger font-semibold hover:opacity-90',
};

export const buttonClass = (weight: Weight = 'plain', extra?: string): string =>
  cx(
    'inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-md px-3 text-body whitespace-nowrap select-none',
    'max-sm:h-10 disabled:opacity-50',
    WEIGHTS[weight],
    extra,
  );

export function Button({ weight = 'plain', className, ...props }: ComponentProps<'button'> & { weight?: Weight }) {
  return <button type="button" {...props} className={buttonClass(weight, className)} />;
}
