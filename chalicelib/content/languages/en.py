"""English."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="en",
    sender="From | Sender",
    date="Date | Sent | Sent at | Sent on | Date sent",
    to="To | Recipient",
    cc="Cc | Copy | Copy to",
    subject="Subject | Re",
    others="Bcc | Reply-To | Reply to | Importance | Priority | Attachments | Sensitivity | When | Where | Organization"
    " | Message-ID | Resent-From | Resent-To | Resent-Date | Organisation | Newsgroups | References | Resent-Sender"
    " | In-Reply-To | Delivered-To | Attachment",
    begins="On | At | Mon | Tue | Tues | Wed | Thu | Thur | Thurs | Fri | Sat | Sun | Monday | Tuesday | Wednesday"
    " | Thursday | Friday | Saturday | Sunday | Quoting | In a message dated",
    wrote="wrote | writes | quoting",
    forwarded="Forwarded message | Begin forwarded message | Forwarded mail | Forwarded email | Forwarded e-mail"
    " | Forwarded by | Start of forwarded message | Forwarded conversation | Begin forwarded email"
    " | Begin forwarded e-mail | Fwd.Msg | End of forwarded message | End forwarded message",
    original="Original message | Original appointment | Original email | Original e-mail | Original mail"
    " | Reply message | Previous message | Reply above this line | Please reply above this line"
    " | Please type your reply above this line | Write your reply above this line | Reply with above this line"
    " | In reply to | Please do not write below this line | Type your response above this line"
    " | Respond above this line | Original meeting | Original post",
    forward_subject="Fwd | Fw | Forward | Forwarded",
    reply_subject="Re | Reply | Ref",
    closings="Regards | Best regards | Kind regards | Kindest regards | Warm regards | Warmest regards | With regards"
    " | With best regards | With kind regards | Many regards | Best wishes | With best wishes | All the best | Best"
    " | Cheers | Thanks | Thanks again | Many thanks | Thanks a lot | Thanks so much | Thank you | Thank you very much"
    " | Thank you so much | Thanks in advance | Thank you in advance | Thanks and regards | Thanks & regards"
    " | Thanks and best regards | Sincerely | Sincerely yours | Yours sincerely | Yours faithfully | Yours truly"
    " | Yours | Respectfully | Respectfully yours | Cordially | Take care | Love | Talk soon | Have a nice day"
    " | Have a great day | Have a good day | Looking forward to hearing from you | BR | KR | Rgds | Thx | Tks | Ta",
    sent_from="Sent from | Sent via | Sent with | Sent using | Sent by | Sent on | Sent wirelessly | Sent out from"
    " | Get Outlook for | Get BlueMail for | Download Outlook | via mobile | via my mobile | via iPhone | via phone"
    " | Virus-free | This email has been checked for viruses | This email is free from viruses | Sent securely"
    " | Secured with | Posted from | Typed on | Composed on | Yahoo Mail: Search",
    sent="sent",
    disclaimer="confidential | intended recipient | intended solely | intended only | solely for | privileged"
    " | unauthori | in error | notify | delete | disclos | disseminat | legally | attachments | addressee"
    " | views expressed",
    footer="before printing | environment | registered in england | company number | registered office | company no"
    " | vat no",
)
