/** The shape of the page while the report is read. */
export function QualitySkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading the report">
      <div className="skeleton h-7 w-96 max-w-full" />
      <div className="skeleton mt-3 h-[245px] rounded-lg md:h-[90px]" />
      <div className="skeleton mt-3 h-[270px] rounded-lg" />
      <div className="mt-3 overflow-hidden rounded-lg border border-line bg-surface">
        {Array.from({ length: 10 }, (_, row) => (
          <div key={row} className="flex h-14 items-center gap-6 border-t border-line px-4 first:border-t-0">
            <div className="skeleton h-4 w-20" />
            <div className="skeleton h-4 w-32" />
            <div className="skeleton hidden h-4 flex-1 sm:block" />
          </div>
        ))}
      </div>
    </div>
  );
}
