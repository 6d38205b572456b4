'use client';
import { RotateCw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTransition, type ReactNode } from 'react';
import { Button } from './button.tsx';

/** Nothing to show, said plainly, with a way on where there is one. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <p className="text-lead font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-prose text-ink-2">{children}</div>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** The server could not answer: what happened and a button that asks again. */
export function FailedState({ what, message }: { what: string; message: string }) {
  const router = useRouter();
  const [pending, start] = useTransition();
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <p className="text-lead font-semibold">{what} could not be loaded</p>
      <p className="max-w-prose text-ink-2">{message}</p>
      <Button className="mt-2" disabled={pending} onClick={() => start(() => router.refresh())}>
        <RotateCw size={14} aria-hidden="true" />
        {pending ? 'Trying…' : 'Try again'}
      </Button>
    </div>
  );
}
