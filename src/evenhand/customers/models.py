from __future__ import annotations

from django.db import models
from django.db.models import Q

from evenhand.kernel.money import Money
from evenhand.kernel.text import initials


class Customer(models.Model):
    """A person or firm whom we serve; known by one or more identities."""

    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")
    # ISO 3166 alpha-2 of where they buy; policies read it. Empty where not known.
    country = models.CharField(max_length=2, blank=True)
    tier = models.CharField(max_length=40, blank=True)
    since_on = models.DateField()

    class Meta:
        db_table = "customer"

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)


class IdentityKind(models.TextChoices):
    EMAIL = "email"
    PHONE = "phone"


class Identity(models.Model):
    """One address or number that is this customer's alone."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=10, choices=IdentityKind)
    value = models.CharField(max_length=254)
    # since when mail to it comes back, and why in a word; a mail from it clears both
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        db_table = "customer_identity"
        constraints = [
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=True) | ~Q(bounce_reason=""),
                name="customer_identity_bounced_says_why",
            ),
            models.UniqueConstraint(
                fields=["kind", "value"], name="customer_identity_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=IdentityKind.values),
                name="customer_identity_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Product(models.Model):
    sku = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=40)

    class Meta:
        db_table = "product"

    def __str__(self) -> str:
        return self.name


class SoldVia(models.TextChoices):
    WEB = "web"
    STORE = "store"
    PHONE = "phone"
    CONTRACT = "contract"


class Order(models.Model):
    """One purchase; `number` is what the customer quotes."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    number = models.CharField(max_length=40, unique=True)
    sold_via = models.CharField(max_length=10, choices=SoldVia)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    # standard delivery as charged, and what was paid on top of it for express
    delivery_minor = models.PositiveBigIntegerField(default=0)
    express_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "customer_order"
        constraints = [
            models.CheckConstraint(
                condition=Q(sold_via__in=SoldVia.values),
                name="customer_order_via_known",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True)
                | Q(delivered_at__gte=models.F("placed_at")),
                name="customer_order_delivered_after_placed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "-placed_at"], name="customer_order_latest"
            )
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(default=1)
    price_minor = models.PositiveBigIntegerField()

    class Meta:
        db_table = "customer_order_line"
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="customer_order_line_some"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product}"

    @property
    def price(self) -> Money:
        """What was paid for the whole line."""
        return Money(self.price_minor * self.quantity, self.order.currency)


class Return(models.Model):
    """Goods that a customer sent or wants to send back."""

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="returns")
    asked_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60)
    # whether the inspection found use beyond trying on; None until inspected
    used = models.BooleanField(null=True)

    class Meta:
        db_table = "customer_return"

    def __str__(self) -> str:
        return f"return of {self.line_id}"
