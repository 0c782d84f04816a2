import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const path = (d: string) => () => (
  <Icon>
    <path d={d} />
  </Icon>
);

export const Menu = path('M4 6h16M4 12h16M4 18h16');
export const Close = path('M6 6l12 12M18 6L6 18');
export const Send = path('M4 12l16-8-6 17-3-7z');
export const Plus = path('M12 5v14M5 12h14');
export const Reply = path('M9 7L4 12l5 5M4 12h9a7 7 0 0 1 7 7');
export const Pencil = path('M4 20l4-1L20 7l-3-3L5 16z');
export const Trash = path('M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13');
export const Down = path('M12 5v14M6 13l6 6 6-6');
export const Warning = path('M12 4l9 16H3zM12 10v4M12 17v.01');
export const Clock = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 8v4l3 2" />
  </Icon>
);
export const Check = path('M4 13l5 5L20 6');
export const DoubleCheck = path('M1 13l5 5L16 6M11 17l1 1L23 6');
export const Search = () => (
  <Icon>
    <circle cx="11" cy="11" r="6" />
    <path d="M16 16l5 5" />
  </Icon>
);
export const People = () => (
  <Icon>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M3 20c0-4 3-6 6-6s6 2 6 6M16 5a3.5 3.5 0 0 1 0 6M18 14c2 1 3 3 3 6" />
  </Icon>
);
export const Smile = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M8.5 14c1 1.5 2 2 3.5 2s2.5-.5 3.5-2M9 9.5v.01M15 9.5v.01" />
  </Icon>
);
export const Sun = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4" />
  </Icon>
);
export const Moon = path('M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z');
export const Half = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor" />
  </Icon>
);
export const Flask = path('M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M7.5 15h9');
export const Chat = path('M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z');
export const Out = path('M10 4H5v16h5M14 8l5 4-5 4M19 12H9');
export const Keyboard = path('M3 7h18v10H3zM7 10v.01M11 10v.01M15 10v.01M8 14h8');
