import Link from 'next/link';
import { buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/state.tsx';

export function NothingHere() {
  return (
    <div className="grid min-h-[60dvh] place-items-center">
      <h1 className="sr-only">Not found</h1>
      <Empty
        title="There is nothing here"
        action={
          <Link href="/" className={buttonClass('plain')}>
            To the signals
          </Link>
        }
      >
        The address is wrong, the signal has gone, or your plan does not include it.
      </Empty>
    </div>
  );
}
