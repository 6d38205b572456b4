import { NothingHere } from '../../frame/nothing-here.tsx';

/** For a page or signal that is not there, or not for this member; the frame stays. */
export default function NotFound() {
  return <NothingHere />;
}
