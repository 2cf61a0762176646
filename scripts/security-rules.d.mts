/** A row of ESLint's `no-restricted-syntax`. */
export interface RestrictedSyntax {
  selector: string;
  message: string;
}

export const SECURITY_RULES: RestrictedSyntax[];
export const OPEN_EXTERNAL_RULE: RestrictedSyntax;
