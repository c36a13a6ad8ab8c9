"""Templates to text: one Jinja environment, everything escaped, a name that is missing is an error."""

from jinja2 import Environment, PackageLoader, StrictUndefined

_environment = Environment(
    loader=PackageLoader("appliance.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: object) -> str:
    """The page or fragment as HTML."""
    return _environment.get_template(template).render(**values)
