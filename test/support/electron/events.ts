/** An event whose listeners may refuse what is about to happen. */
export interface PreventableEvent {
  defaultPrevented: boolean;
  preventDefault: () => void;
}

export function preventable<T extends object>(details = {} as T): PreventableEvent & T {
  const event = {
    ...details,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  };
  return event;
}
