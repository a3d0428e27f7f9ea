"""Reports as mail systems without a part for machines word them; addresses invented. (author, subject, text)"""

RETURNED = """

Return-Path: <pomoc@hub.example>
Received: from hub.example by mx.example.pl; Thu, 1 Jan 2026 00:00:00 +0000
Message-ID: <id1@eu-central-1.amazonses.com>
From: Hub <pomoc@hub.example>
To: anna@example.pl
Subject: Re: Paczka

not delivered to <somebody@else.example>: 550 5.7.1 words of the message itself
"""

EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  anna@example.pl
    host mx.example.pl [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<anna@example.pl>:
    550 User unknown

------ This is a copy of the message, including all the headers. ------"""

EXIM_TWO = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  anna@example.pl
    all relevant MX records point to non-existent hosts
  bartek@example.pl
    retry timeout exceeded

------ This is a copy of the message's headers. ------"""

EXIM_DELAY = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.pl.

The address to which the message has not yet been delivered is:

  anna@example.pl
    Delay reason: connection timed out

No action is required on your part. Delivery attempts will continue for
some time.
"""

QMAIL = """Hi. This is the qmail-send program at mx.example.pl.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@example.pl>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 <anna@example.pl>: User unknown
Giving up on 192.0.2.1.

--- Below this line is a copy of the message."""

POSTFIX = """This is the mail system at host mx.example.pl.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<anna@example.pl>: host mx.wp.example[192.0.2.1] said: 552 5.2.2
    <anna@example.pl>: Mailbox full (in reply to RCPT TO command)
"""

SENDMAIL = """The original message was received at Thu, 1 Jan 2026 00:00:00 +0100
from hub.example [192.0.2.2]

   ----- The following addresses had permanent fatal errors -----
<anna@example.pl>
    (reason: 550 No such user here)

   ----- Transcript of session follows -----
... while talking to mx.example.pl.:
>>> RCPT To:<anna@example.pl>
<<< 550 No such user here
"""

GMAIL = """Delivery to the following recipient failed permanently:

     anna@example.pl

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the recipient domain.
The error that the other server returned was: 550 550 <anna@example.pl>: User unknown (state 14).

   ----- Original message -----"""

YAHOO = """Sorry, we were unable to deliver your message to the following address.

<anna@example.pl>:
554: delivery error: dd This user doesn't have a yahoo.example account (anna@example.pl) [0]

--- Below this line is a copy of the message."""

MAIL_RU = """Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:

  anna@example.pl
    SMTP error from remote mail server after RCPT TO:<anna@example.pl>:
    host mx.example.pl [192.0.2.1]: 550 User unknown
"""

T_ONLINE = """|------------------------- Message log follows: -------------------------|
 no valid recipients were found for this message
|------------------------- Failed addresses follow: ---------------------|
 <anna@example.pl> ... unknown host
|------------------------- Message text follows: ------------------------|"""

NOTES = """------- Failure Reasons  --------

User not listed in public Name & Address Book
anna@example.pl

------- Returned Message --------"""

MAILMARSHAL = """Your message:
   From:    pomoc@hub.example
   Subject: Paczka

Could not be delivered because of

550 5.1.1 User unknown

The following recipients were affected:
    anna@example.pl
"""

EXCHANGE_PL = """Nie można dostarczyć wiadomości do następujących adresatów lub grup:

anna@example.pl<mailto:anna@example.pl>
Nie można odnaleźć podanego adresu e-mail.

Informacje diagnostyczne dla administratorów:

anna@example.pl
Remote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'
"""

INTERSCAN = """Sent <<< RCPT TO:<anna@example.pl>
Received >>> 550 <anna@example.pl>... user unknown

Unable to deliver message to <anna@example.pl>.
"""

MDAEMON = """The attached message had PERMANENT fatal delivery errors!

Failed address: anna@example.pl

--- Session Transcript ---
 Thu 10:00: --> RCPT To:<anna@example.pl>
 Thu 10:00: <-- 550 User unknown
"""

X3 = """This is an automatically generated Delivery Status Notification.

Delivery to the following recipients failed permanently:

  * anna@example.pl

Technical details:

SMTP:RCPT host 192.0.2.8: 553 5.3.0 <anna@example.pl>... No such user here
"""

DMA = """This is the DragonFly Mail Agent v0.13 at mx.example.pl.

There was an error delivering your mail to <anna@example.pl>.

mx.example.pl [192.0.2.25] did not like our RCPT TO:
550 5.1.6 <anna@example.pl>: Recipient address rejected: gone

Message headers follow."""

OPENSMTPD = """    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

anna@example.pl: 550 5.1.1 no such user

    Below is a copy of the original message:"""

ONE_AND_ONE = """A message that you sent could not be delivered to one or more of its recipients.
This is a permanent error. The following address failed:

<anna@example.pl>:
Mail size limit exceeded.

--- The header of the original message is following. ---"""

IMAIL = """User mailbox exceeds allowed size: anna@example.pl


Original message follows."""

DOMINO = """Your message

  Subject: Paczka

was not delivered to:

  anna@example.pl

because:

  User Anna (anna@example.pl) not listed in Domino Directory
"""

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.pl>"
MAILFOUNDRY = """Unable to deliver message to: <anna@example.pl>
Delivery failed for the following reason:
Server mx.example.pl[192.0.2.1] failed with: 550 <anna@example.pl> No such user here

This has been a permanent failure.  No further delivery attempts will be made.
"""

VTEXT = """Error: Your message could not be delivered.

Message details:
  Subject: Re: Paczka
  Sent date: Thu Jan 01 00:00:00 GMT 2026
  MAIL FROM: pomoc@hub.example
  RCPT TO: anna@example.pl

550 - Requested action not taken: no such user here
"""

APPLIANCE = """   --- The following addresses had delivery problems ---

<anna@example.pl>   (User unknown anna@example.pl)
"""

BIGLOBE = """   ----- The following addresses had delivery problems -----
anna@example.pl

   ----- Non-delivered information -----
The number of messages in recipient's mailbox exceeded the local limit.
"""

HUNTER = """The original message was received at Thu, 1 Jan 2026 00:00:00 +0900
from hub.example

  ----- The following addresses had permanent fatal errors -----

>>> anna@example.pl <anna@example.pl>

  ----- Transcript of session follows -----
550 sorry, no mailbox here by that name (#5.1.1 - chkusr)
"""

SMAIL = """|------------------------- Failed addresses follow: ---------------------|
 <anna@example.pl>
   552 5.2.2 <anna@example.pl> Quota exceeded (mailbox for user is full)

|------------------------- Message header follows: ----------------------|
Received: from hub.example ([192.0.2.1]) by mailin.example.de
Message-ID: <id1@eu-central-1.amazonses.com>
From: Hub <pomoc@hub.example>
To: anna@example.pl
"""

SAAS = """This message was created automatically by mail delivery software.

A message that you have sent could not be delivered to one or more
recipients.  This is a permanent error.  The following address failed:

 <anna@example.pl>: 550 5.1.1 RESOLVER.ADR.RecipNotFound; not found

Included is a copy of the message header:

Received: from hub.example by mx.example.net
Message-ID: <id1@eu-central-1.amazonses.com>
From: Hub <pomoc@hub.example>
To: anna@example.pl
"""

IMS = """Your message

  To:      anna@example.pl
  Subject: Re: Paczka
  Sent:    Thu, 1 Jan 2026 00:00:00 +0000

did not reach the following recipient(s):

anna@EXAMPLE.PL on Thu, 1 Jan 2026 00:00:00 +0000
    The recipient name is not recognized
\tThe MTS-ID of the original message is: c=pl;a= ;p=office
    MSEXCH:IMS:Office:OFFICE:MX 2 (000C05A6) Unknown
Recipient
"""

EZWEB = """Each of the following recipients was rejected by a remote
mail server.

    Recipient: <anna@example.pl>
    >>> RCPT TO:<anna@example.pl>
    <<< 550 <anna@example.pl>: User unknown
"""

SAMPLES = {
    "exim": (DAEMON, "Mail delivery failed: returning message to sender", EXIM + RETURNED),
    "exim, two": (DAEMON, "Mail delivery failed: returning message to sender", EXIM_TWO + RETURNED),
    "exim, delay": (DAEMON, "Warning: message 1abc delayed 24 hours", EXIM_DELAY),
    "qmail": (DAEMON, "failure notice", QMAIL + RETURNED),
    "postfix": (DAEMON, "Undelivered Mail Returned to Sender", POSTFIX),
    "sendmail": ("Mail Delivery Subsystem <MAILER-DAEMON>", "Returned mail: see transcript for details", SENDMAIL),
    "gmail": ("<mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)", GMAIL + RETURNED),
    "yahoo": ("MAILER-DAEMON@yahoo.com", "Failure Notice", YAHOO + RETURNED),
    "mail.ru": ("mailer-daemon@corp.mail.ru", "Ваше сообщение не доставлено. Mail failure.", MAIL_RU),
    "t-online": (
        "postmaster@t-online.example",
        "Mail delivery failed: returning message to sender",
        T_ONLINE + RETURNED,
    ),
    "notes": ("postmaster@notes.example", "Undeliverable message", NOTES + RETURNED),
    "mailmarshal": ("postmaster@mx.example.pl", 'Undeliverable Mail: "Paczka"', MAILMARSHAL),
    "exchange, pl": ("postmaster@firma.example", "Niedostarczone: Paczka", EXCHANGE_PL),
    "interscan": (DAEMON, "Mail could not be delivered", INTERSCAN),
    "mdaemon": ("MDaemon@mx.example.pl", "Permanent Delivery Failure", MDAEMON),
    "x3": (DAEMON, "Delivery status notification", X3),
    "dragonfly": ("MAILER-DAEMON <>", "Mail delivery failed", DMA + RETURNED),
    "opensmtpd": (DAEMON, "Delivery status notification: error", OPENSMTPD + RETURNED),
    "1und1": (DAEMON, "Mail delivery failed: returning message to sender", ONE_AND_ONE + RETURNED),
    "imail": ('"Postmaster" <postmaster@mx.example.pl>', "Undeliverable Mail", IMAIL + RETURNED),
    "domino": ("Postmaster@firma.example", "DELIVERY FAILURE: User not listed", DOMINO),
    "mailfoundry": ("postmaster@mx.example.com", "Message delivery has failed", MAILFOUNDRY),
    "vtext": ("post_master@vtext.com", "Undeliverable Message", VTEXT),
    "appliance": ("postmaster@mx.example.com", "Delivery Status", APPLIANCE),
    "biglobe": ("postmaster@biglobe.ne.jp", "Returned mail: User unknown", BIGLOBE),
    "hunter": ("MAILER-DAEMON@example.org", "FAILURE NOTICE : Re: Paczka", HUNTER),
    "smail": ("Mailer-Daemon@t-online.de", "Mail delivery failed", SMAIL),
    "saas": ("MAILER-DAEMON@mx.example.net", "Mail delivery failed: returning message to sender", SAAS),
    "exchange 5.5": ("Mailer-Daemon <postmaster@mx.example.pl>", "Undeliverable: Re: Paczka", IMS),
    "ezweb": ("Postmaster@ezweb.ne.jp", "Mail System Error - Returned Mail", EZWEB),
}
