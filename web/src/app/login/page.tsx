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
      <LoginForm next={localPath(query['next'])} />
    </Entry>
  );
}
