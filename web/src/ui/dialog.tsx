'use client';
import { useEffect, useRef, type ReactNode } from 'react';
import { cx } from './class-names.ts';

/** The browser's own modal dialog: it traps focus, closes with Escape and gives the focus back. */
export function Dialog(props: {
  open: boolean;
  onClose: () => void;
  label: string;
  children: ReactNode;
  className?: string;
  alert?: boolean;
}) {
  const { open, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      role={props.alert === true ? 'alertdialog' : undefined}
      aria-label={props.label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className={cx(
        'w-[min(92vw,560px)] rounded-lg border border-line bg-surface p-0 shadow-2xl shadow-black/30',
        props.className,
      )}
    >
      {open && <div>{props.children}</div>}
    </dialog>
  );
}
