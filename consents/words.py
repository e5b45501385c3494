"""Small tables between the room's own words."""

from consents.enums import Channel, ContactKind, DocumentKind, Purpose

KIND_OF = {Channel.SMS: ContactKind.PHONE, Channel.EMAIL: ContactKind.EMAIL, Channel.MAX: ContactKind.MAX}
CHANNEL_OF = {kind: channel for channel, kind in KIND_OF.items()}
PURPOSE_OF = {
    DocumentKind.PD_SERVICE: Purpose.SERVICE,
    DocumentKind.PD_PROMO: Purpose.PROMOTION,
    DocumentKind.ADS: Purpose.ADVERTISING,
}
