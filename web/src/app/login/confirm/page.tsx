import type { Metadata } from 'next';
import Link from 'next/link';
import { ConfirmSteps } from '../../../login/confirm-steps.tsx';
import { Entry } from '../../../login/entry.tsx';

export const metadata: Metadata = { title: 'A link from a mail', referrer: 'no-referrer' };

export default async function ConfirmPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const { token_hash: tokenHash, type } = await searchParams;
  const usable = typeof tokenHash === 'string' && tokenHash !== '' && (type === 'recovery' || type === 'signup');
  return (
    <Entry>
      {usable ? (
        <ConfirmSteps type={type} tokenHash={tokenHash} />
      ) : (
        <div className="mt-8">
          <h1 className="text-title font-semibold">This link is not whole</h1>
          <p className="text-ink-2">Open it from the mail again, or ask for a new one.</p>
          <Link href="/login" className="mt-6 inline-block text-accent underline-offset-4 hover:underline">
            Back to sign in
          </Link>
        </div>
      )}
    </Entry>
  );
}
