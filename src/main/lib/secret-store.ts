/** Where secrets are kept, in words for the person who is asked for one. */
export interface SecretKeeping {
  /** Whether a secret can be kept here; reading may work all the same. */
  writable: boolean;
  /** One sentence: where secrets are kept, or why they cannot be and what to do instead. */
  explanation: string;
}

/**
 * Keeps secrets (passwords, keys of certificates) apart from everything else, each under a name such as
 * `staging.password`. What is read here goes to the connection only: never to a log, a file or a page.
 */
export interface SecretStore {
  keeping(): Promise<SecretKeeping>;
  /**
   * @returns null when there is none of that name
   * @throws SwitchboardError `secrets_unavailable` when there is one and it cannot be read
   */
  read(name: string): Promise<string | null>;
  /** @throws SwitchboardError `secrets_unavailable` when this place keeps none */
  write(name: string, secret: string): Promise<void>;
  /** Forgets a secret; one that is not there is no error. */
  remove(name: string): Promise<void>;
}
