"""A sentence for each fault of a mail server, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.channels.mailboxes.findings import Fault

WRONGS: Mapping[Fault, Promise] = {
    Fault.NAME_MALFORMED: _("“%(host)s” is no name of a server."),
    Fault.NAME_UNKNOWN: _("There is no server of the name %(host)s."),
    Fault.NO_NAME_SERVER: _("Nobody could be asked where %(host)s is."),
    Fault.ADDRESS_REFUSED: _("%(address)s is no place for a mail server."),
    Fault.PORT_CLOSED: _("Nothing listens on port %(port)s."),
    Fault.PORT_SILENT: _("Nobody answers on port %(port)s."),
    Fault.NO_ROUTE: _("There is no way to %(address)s."),
    Fault.SAYS_NOTHING: _(
        "Something takes the connection on port %(port)s and is silent."
    ),
    Fault.SPEAKS_TLS: _("Port %(port)s is encrypted from the first byte."),
    Fault.SPEAKS_PLAIN: _("Port %(port)s begins without encryption."),
    Fault.SPEAKS_OTHER: _(
        "On port %(port)s a server for %(spoken)s answers, not %(wanted)s."
    ),
    Fault.SPEAKS_UNKNOWN: _(
        "What answers on port %(port)s is no server for %(wanted)s."
    ),
    Fault.TURNED_AWAY: _("The server turns the connection away."),
    Fault.NO_TLS: _("Nothing is encrypted: who sits on the way reads the password."),
    Fault.STARTTLS_NOT_OFFERED: _("The server does not offer STARTTLS."),
    Fault.WRONG_NAME: _("The certificate is for %(names)s, not for %(host)s."),
    Fault.EXPIRED: _("The certificate expired on %(until)s."),
    Fault.NOT_YET_VALID: _("The certificate holds only from %(since)s on."),
    Fault.OWN_AUTHORITY: _(
        "The certificate was signed by %(issuer)s, whom nobody here knows."
    ),
    Fault.CERTIFICATE_REFUSED: _("The certificate cannot be trusted."),
    Fault.TLS_TOO_OLD: _(
        "The server knows only versions of TLS that are no longer safe."
    ),
    Fault.TLS_FAILED: _("Encryption could not be agreed on."),
    Fault.LOGIN_REFUSED: _("The server refuses the user name or the password."),
    Fault.NEEDS_APP_PASSWORD: _("%(provider)s refuses the user name or the password."),
    Fault.PASSWORDS_SWITCHED_OFF: _("%(provider)s takes no passwords from programs."),
    Fault.PASSWORD_EXPIRED: _("The password has expired."),
    Fault.LOGIN_NEEDS_TLS: _("The server lets nobody sign in without encryption."),
    Fault.LOGIN_NOT_NOW: _("The server lets nobody sign in just now."),
    Fault.NO_XOAUTH2: _(
        "%(host)s does not know the sign-in with a provider (XOAUTH2)."
    ),
    Fault.PERMISSION_REFUSED: _(
        "The mail server does not take the permission that the provider gave."
    ),
    Fault.NOT_SIGNED_IN: _("Nobody has signed in at the provider yet."),
    Fault.SIGN_IN_REVOKED: _("The permission has ended or was taken back."),
    Fault.CLIENT_REFUSED: _("The provider does not take the client ID or its secret."),
    Fault.TOKENS_UNREACHABLE: _("The provider does not answer at %(url)s."),
    Fault.TOKENS_REFUSED: _("The provider refuses access."),
    Fault.FOLDER_MISSING: _("There is no folder “%(folder)s”."),
    Fault.FOLDER_REFUSED: _("The folder “%(folder)s” cannot be opened."),
    Fault.NO_UIDL: _("The server gives its mails no lasting names (UIDL)."),
    Fault.SECRET_UNREADABLE: _(
        "The kept password cannot be read: the desk's secret key has changed."
    ),
    Fault.MOVE_REFUSED: _(
        "A mail that was taken could not be moved, marked or deleted there."
    ),
    Fault.OUR_FAULT: _("A fault of the desk itself."),
    Fault.TOO_SLOW: _("The server took too long."),
    Fault.HUNG_UP: _("The server broke the connection off."),
}
# How to mend each: the first of which the value is known, or that needs none.
MENDS: Mapping[Fault, tuple[tuple[str, Promise], ...]] = {
    Fault.NAME_MALFORMED: (
        (
            "",
            _(
                "Give the name alone, such as imap.shop.example: no address of a person, no https://."
            ),
        ),
    ),
    Fault.NAME_UNKNOWN: (
        ("near", _("Did you mean %(near)s?")),
        (
            "",
            _(
                "Look for a slip. Your provider's help names its server, often imap. or mail. before the domain."
            ),
        ),
    ),
    Fault.NO_NAME_SERVER: (
        (
            "",
            _(
                "Look whether this machine reaches the Internet and its name server (DNS)."
            ),
        ),
    ),
    Fault.ADDRESS_REFUSED: (
        (
            "",
            _(
                "Such addresses belong to this machine's own surroundings. Give the server's own name or address."
            ),
        ),
    ),
    Fault.PORT_CLOSED: (
        ("open", _("Port %(open)s is open there: take that one.")),
        ("", _("Look at the port and the name. A firewall may be in between.")),
    ),
    Fault.PORT_SILENT: (
        (
            "",
            _(
                "A firewall drops what goes there, or the server is down. Ask whoever runs the network whether port %(port)s may be reached."
            ),
        ),
    ),
    Fault.NO_ROUTE: (("", _("Look whether this machine reaches that network.")),),
    Fault.SAYS_NOTHING: (
        ("", _("It may be another program, or a server that hangs. Look at the port.")),
    ),
    Fault.SPEAKS_TLS: (("", _("Choose “TLS” as the encryption.")),),
    Fault.SPEAKS_PLAIN: (("", _("Choose “STARTTLS” as the encryption.")),),
    Fault.SPEAKS_OTHER: (
        ("", _("With this encryption %(wanted)s is usually on port %(usual)s.")),
    ),
    Fault.SPEAKS_UNKNOWN: (
        ("", _("With this encryption %(wanted)s is usually on port %(usual)s.")),
    ),
    Fault.TURNED_AWAY: (
        ("", _("It says why. Wait a while if there are too many connections.")),
    ),
    Fault.NO_TLS: (
        (
            "",
            _("Choose “TLS” or “STARTTLS” unless the server is on this very machine."),
        ),
    ),
    Fault.STARTTLS_NOT_OFFERED: (
        (
            "",
            _(
                "Choose “TLS” and its port, or let the server's owner switch STARTTLS on. No password was sent."
            ),
        ),
    ),
    Fault.WRONG_NAME: (
        (
            "",
            _(
                "Give the server by a name that the certificate holds, or get a certificate for this one."
            ),
        ),
    ),
    Fault.EXPIRED: (("", _("The server's owner has to renew it.")),),
    Fault.NOT_YET_VALID: (
        ("", _("Look at the clock of this machine and at that of the server.")),
    ),
    Fault.OWN_AUTHORITY: (
        (
            "",
            _(
                "If it is an authority of your own, let this machine trust it: add it to the system's authorities, or name its file in SSL_CERT_FILE."
            ),
        ),
    ),
    Fault.CERTIFICATE_REFUSED: (
        ("", _("The server's owner has to mend the certificate.")),
    ),
    Fault.TLS_TOO_OLD: (("", _("The server needs TLS 1.2 or newer.")),),
    Fault.TLS_FAILED: (("", _("Look at the port and the encryption.")),),
    Fault.LOGIN_REFUSED: (
        (
            "",
            _(
                "Type both again. Some servers want the whole address as the user name, others only what stands before the @."
            ),
        ),
    ),
    Fault.NEEDS_APP_PASSWORD: (
        (
            "",
            _(
                "%(provider)s takes an app password here, not the one of the account. Make one in the account's security settings (two-step verification must be on)."
            ),
        ),
    ),
    Fault.PASSWORDS_SWITCHED_OFF: (
        ("", _("Choose the sign-in with the provider instead of the password.")),
    ),
    Fault.PASSWORD_EXPIRED: (
        ("", _("Set a new one at the provider, then type it here.")),
    ),
    Fault.LOGIN_NEEDS_TLS: (("", _("Choose “TLS” or “STARTTLS”.")),),
    Fault.LOGIN_NOT_NOW: (("", _("Wait some minutes, then test again.")),),
    Fault.NO_XOAUTH2: (("", _("Choose the password as the way to sign in.")),),
    Fault.PERMISSION_REFUSED: (
        (
            "",
            _(
                "Look whether IMAP or POP3 is switched on for this mailbox, and whether who signed in may open it."
            ),
        ),
    ),
    Fault.NOT_SIGNED_IN: (
        ("", _("Save the mailbox, then sign in at the provider from its page.")),
    ),
    Fault.SIGN_IN_REVOKED: (("", _("Sign in at the provider again.")),),
    Fault.CLIENT_REFUSED: (
        (
            "",
            _(
                "Compare the client ID and the secret with those of the provider's console. Secrets end after a time."
            ),
        ),
    ),
    Fault.TOKENS_UNREACHABLE: (
        ("", _("Look at the address, and whether this machine reaches the Internet.")),
    ),
    Fault.TOKENS_REFUSED: (
        (
            "",
            _(
                "It says why. Look at the client's permissions in the provider's console."
            ),
        ),
    ),
    Fault.FOLDER_MISSING: (
        ("near", _("Did you mean “%(near)s”? There are: %(there)s.")),
        ("there", _("There are: %(there)s.")),
        ("", _("Test the connection: that lists the folders that are there.")),
    ),
    Fault.FOLDER_REFUSED: (
        ("", _("Let the server's owner give this user the right to read it.")),
    ),
    Fault.NO_UIDL: (
        ("", _("Without them a mail could be fetched twice. Fetch by IMAP instead.")),
    ),
    Fault.SECRET_UNREADABLE: (
        (
            "",
            _(
                "Type the password again, or add the former key to EVENHAND_SECRET_KEY_FALLBACKS."
            ),
        ),
    ),
    Fault.MOVE_REFUSED: (
        (
            "",
            _(
                "Look whether the folder is there and whether this user may write to it. Nothing is lost."
            ),
        ),
    ),
    Fault.OUR_FAULT: (("", _("Look into the desk's log, and report it.")),),
    Fault.TOO_SLOW: (
        (
            "",
            _("Test again. If it stays so, the server or the way there is overloaded."),
        ),
    ),
    Fault.HUNG_UP: (("", _("Test again, then look at the port and the encryption.")),),
}
