import { useEffect, useRef } from 'react';
import { describeFault } from '../commands/run';
import { showToast } from '../store/toasts';

/**
 * For a dialog that may be closed while what it asked for runs: gives what tells a failure in a message, where nobody
 * would read it in the dialog any more.
 */
export function useToldWhenClosed(title: string): (fault: Error) => void {
  const isOpen = useRef(false);
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);
  return (fault) => {
    if (!isOpen.current) showToast({ tone: 'bad', title, detail: describeFault(fault) });
  };
}
