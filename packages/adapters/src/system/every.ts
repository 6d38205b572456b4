/** Calls `work` every so many milliseconds until the answer is called. It keeps no process alive. */
export function every(milliseconds: number, work: () => void): () => void {
  const timer = setInterval(work, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
