"""Messages waiting to be sent: written with the change they report, sent afterwards."""

from django.db import models


class OutboxMail(models.Model):
    """One mail, or a message by another channel of ``portal.common.channels``.

    ``key`` names the occasion, so that the same occasion never mails twice.
    """

    key = models.CharField("事由标识", max_length=200, unique=True)
    channel = models.SlugField("渠道", max_length=20, default="mail")
    # An e-mail address, a mobile number, whatever the channel delivers to.
    to = models.CharField("收件人", max_length=254)
    subject = models.CharField("主题", max_length=200)
    body = models.TextField("正文")
    created_at = models.DateTimeField("写入时间", auto_now_add=True)
    claimed_until = models.DateTimeField("发送占用至", null=True, blank=True)
    attempts = models.PositiveIntegerField("尝试次数", default=0)
    last_error = models.CharField("最近一次错误", max_length=300, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    class Meta:
        verbose_name = "待发邮件"
        verbose_name_plural = "待发邮件"
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(sent_at__isnull=True),
                name="outbox_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.subject
