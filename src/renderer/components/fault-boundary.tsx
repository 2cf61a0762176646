import { Component, type ReactNode } from 'react';
import { Empty } from './panel';

interface FaultBoundaryProps {
  /** What stands here, in words, at the beginning of a sentence. */
  what: string;
  /** Where in the console it stands; elsewhere it is tried anew. */
  place: string;
  children: ReactNode;
}

/** Keeps a fault of one part of the page from taking the whole page away: it says so in that part's place. */
export class FaultBoundary extends Component<FaultBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate({ place }: FaultBoundaryProps): void {
    if (this.state.failed && place !== this.props.place) this.setState({ failed: false });
  }

  override render(): ReactNode {
    const { what, children } = this.props;
    if (!this.state.failed) return children;
    return (
      <div role="alert">
        <Empty>
          {what} could not be shown. Reload the page; if it happens again, report what you did last.
        </Empty>
      </div>
    );
  }
}
