'use client';
import { Button } from '../ui/button.tsx';

/** The last resort, for a defect of the site itself; failures of the API are shown where they happen. */
export default function SiteError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="grid min-h-[70dvh] place-items-center px-6 text-center">
      <div role="alert" className="flex flex-col items-center gap-2">
        <h1 className="text-lead font-semibold">This page broke</h1>
        <p className="text-ink-2">
          That is a fault of the site, not of your input. {error.digest !== undefined && `Reference ${error.digest}.`}
        </p>
        <Button onClick={reset}>Try again</Button>
      </div>
    </main>
  );
}
