import type { Unsubscribe } from '@shared/transport';
import { type Listener, SharedPoll, type SharedPollOptions } from './shared-poll';

/** The polls that somebody listens to, one for each choice of what to see. */
export class PollRegistry<T> {
  private readonly polls = new Map<string, SharedPoll<T>>();

  constructor(private readonly options: Omit<SharedPollOptions<T>, 'read'>) {}

  /** Listens to what `read` gives; everyone who asks by the same key shares one poll. */
  subscribe(key: string, read: () => Promise<T>, listener: Listener<T>): Unsubscribe {
    const poll =
      this.polls.get(key) ?? new SharedPoll({ ...this.options, name: `${this.options.name} ${key}`, read });
    this.polls.set(key, poll);
    const stop = poll.subscribe(listener);
    return () => {
      stop();
      if (poll.size === 0 && this.polls.get(key) === poll) this.polls.delete(key);
    };
  }
}
