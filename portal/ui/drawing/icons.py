"""Line drawings of the interface: one 24 x 24 path list per name, drawn with the colour of the text."""

from typing import Final

ICONS: Final[dict[str, str]] = {
    "alert": '<path d="M12 4 2.8 20h18.4zM12 10v4M12 17.2v.1"/>',
    # The mark of the product: a bridge of one span with three hangers.
    "bridge": '<path d="M2 18.5h20M3.2 18.5C4.5 11.5 7.8 8 12 8s7.5 3.5 8.8 10.5'
    'M12 8v10.5M7.5 10.2v8.3M16.5 10.2v8.3"/>',
    "check": '<path d="m4 12.5 5.5 5.5L20 6.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "community": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c.4-4 2.8-6 6.5-6s6.1 2 6.5 6'
    'M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.5 14.4c2.3.7 3.7 2.5 4 5.6"/>',
    "danger": '<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.4v.1"/>',
    "document": '<path d="M6 3h8l5 5v13H6zM14 3v5h5M9.5 13h6M9.5 17h6"/>',
    "download": '<path d="M12 3v12M7 10.5l5 5 5-5M4 20h16"/>',
    "eye": '<path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"/>'
    '<circle cx="12" cy="12" r="3"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.1"/>',
    "key": '<circle cx="8" cy="15" r="4.5"/><path d="m11.2 11.8 8.3-8.3M16 7l3 3"/>',
    "lock": '<path d="M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3"/>',
    "mail": '<path d="M3 5.5h18v13H3zM3.5 6.5 12 13l8.5-6.5"/>',
    "max": '<path d="M12 3.5a8.5 8.5 0 1 1-4.5 15.7L3.5 20.5l1.3-4A8.5 8.5 0 0 1 12 3.5z"/>'
    '<path d="M8.5 15V9.5l3.5 3.5 3.5-3.5V15"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "pause": '<path d="M8 5v14M16 5v14"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.5-4.5 3.5-7 8-7s7.5 2.5 8 7"/>',
    "phone": '<path d="M7 2.5h10v19H7zM11 18.5h2"/>',
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "refresh": '<path d="M20 5v5h-5M4 19v-5h5M19 10a7.5 7.5 0 0 0-13-3M5 14a7.5 7.5 0 0 0 13 3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "send": '<path d="M3.5 12 21 3.5 16 21l-4.5-7zM11.5 14 21 3.5"/>',
    "shield": '<path d="M12 2.8 20 6v6c0 4.5-3 7.7-8 9.5-5-1.8-8-5-8-9.5V6zM8.5 12l2.5 2.5 4.5-5"/>',
    "sms": '<path d="M3 4.5h18v12.5h-9l-5 4v-4H3zM8 10.8v.1M12 10.8v.1M16 10.8v.1"/>',
    "stop": '<path d="M5.5 5.5h13v13h-13z"/>',
    "upload": '<path d="M12 16V4M7 8.5l5-5 5 5M4 20h16"/>',
    "warn": '<path d="M12 4 2.8 20h18.4zM12 10v4M12 17.2v.1"/>',
}
"""Stroked, never filled, so that one icon serves light, dark and printed pages."""
