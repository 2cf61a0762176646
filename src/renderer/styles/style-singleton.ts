import { useEffect } from 'react';

/**
 * Takes the place of the package `react-style-singleton`, by which Radix dialogs lock the page's scrolling.
 * That one adds a `<style>` element, which `style-src 'self'` refuses; a constructed style sheet is allowed.
 */
export function styleSingleton(): (props: { styles: string; dynamic?: boolean }) => null {
  const sheet = new CSSStyleSheet();
  let users = 0;

  function add(styles: string): () => void {
    users += 1;
    if (users === 1) {
      sheet.replaceSync(styles);
      document.adoptedStyleSheets.push(sheet);
    }
    return () => {
      users -= 1;
      if (users > 0) return;
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    };
  }

  return function Sheet({ styles, dynamic = false }) {
    const version = dynamic ? styles : '';
    useEffect(() => add(styles), [version]); // eslint-disable-line react-hooks/exhaustive-deps -- only dynamic styles follow their text, as in the original
    return null;
  };
}
