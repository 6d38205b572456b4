/** The shape of the page while the scans are read. */
export function ScannerSkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading the scans">
      <div className="skeleton h-7 w-96 max-w-full" />
      <div className="mt-3 grid gap-3 xl:grid-cols-[264px_minmax(0,1fr)]">
        <div className="skeleton h-15 rounded-lg xl:h-[70dvh]" />
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <div className="skeleton m-4 h-12" />
          {Array.from({ length: 10 }, (_, row) => (
            <div key={row} className="flex h-12 items-center gap-6 border-t border-line px-4">
              <div className="skeleton h-4 w-28" />
              <div className="skeleton h-4 w-16" />
              <div className="skeleton hidden h-4 flex-1 sm:block" />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
