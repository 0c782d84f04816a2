type Shortcut = readonly [what: string, ...keys: string[]];

const PARTS: readonly (readonly [where: string, shortcuts: readonly Shortcut[]])[] = [
  [
    'Writing',
    [
      ['Send', 'Enter'],
      ['New line', 'Shift Enter'],
      ['Mention someone', '@'],
      ['Edit your last message, in the empty field', '↑'],
    ],
  ],
  [
    'On a message',
    [
      ['The one before, the one after', '↑', '↓'],
      ['Reply', 'R'],
      ['React', '+'],
      ['Edit', 'E'],
      ['Delete', 'Delete'],
    ],
  ],
  [
    'Everywhere',
    [
      ['The room before, the room after', 'Alt ↑', 'Alt ↓'],
      ['Search in this room', 'Ctrl K'],
      ['Close, cancel, back to writing', 'Esc'],
      ['This list', '?'],
    ],
  ],
];

export function Shortcuts({ dialog }: { dialog: { current: HTMLDialogElement | null } }) {
  return (
    <dialog ref={dialog} class="card shortcuts" aria-label="Keyboard shortcuts">
      <h2>Keyboard</h2>
      {PARTS.map(([where, shortcuts]) => (
        <section key={where} aria-label={where}>
          <h3>{where}</h3>
          <dl>
            {shortcuts.map(([what, ...keys]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <button type="button" class="primary" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
