import { NothingHere } from '../frame/nothing-here.tsx';
import { Wordmark } from '../frame/wordmark.tsx';

export const metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center px-6">
      <div className="grid justify-items-center">
        <Wordmark />
        <NothingHere />
      </div>
    </main>
  );
}
