import type { Metadata } from 'next';
import { localPath } from '../../data/local-path.ts';
import { Entry } from '../../login/entry.tsx';
import { LoginForm } from '../../login/login-form.tsx';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const query = await searchParams;
  return (
    <Entry>
      {query['session'] === 'stays' && (
        <p role="alert" className="mt-8 rounded-md border border-warn px-3 py-2 text-warn">
          You are signed out in this browser, but the server could not end the session. Sign in again and change the
          password if somebody else may have used it.
        </p>
      )}
      <LoginForm next={localPath(query['next'])} />
    </Entry>
  );
}
