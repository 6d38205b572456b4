/** The shape of the page while it loads: the same heights, so that nothing moves when the data come. */
export function SignalsSkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading the signals">
      <div className="skeleton mb-3 h-7 w-80 max-w-full" />
      <div className="skeleton h-[170px] rounded-lg md:h-[92px]" />
      <div className="skeleton mt-3 h-[42px] rounded-lg" />
      <div className="mt-3 overflow-hidden rounded-lg border border-line bg-surface">
        <div className="h-12 border-b border-line" />
        <div className="hidden h-9 sm:block" />
        {Array.from({ length: 16 }, (_, row) => (
          <div key={row} className="flex h-[168px] items-center gap-6 border-t border-line px-4 sm:h-[49px]">
            <div className="skeleton h-4 w-32" />
            <div className="skeleton h-4 w-14" />
            <div className="skeleton hidden h-4 flex-1 sm:block" />
          </div>
        ))}
      </div>
    </div>
  );
}
