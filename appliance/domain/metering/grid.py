"""How much carbon a kilowatt-hour of the grid stands for, by state: eGRID2023, offline, with its source.

Annual CO2-equivalent total output emission rates in pounds a megawatt-hour, field STC2ERTA of the US
Environmental Protection Agency's eGRID2023 (revision 2), a work of the US government and free of
copyright; https://www.epa.gov/egrid/download-data
"""

VINTAGE = "eGRID2023"
SOURCE = "US EPA, eGRID2023 (rev. 2), annual CO2e total output emission rate by state (STC2ERTA)"
US_AVERAGE = 770.9
"""Pounds a megawatt-hour, for where the state is not known."""
GRAMS_A_POUND = 453.59237
_RATES = """
AK:814.457 AL:713.976 AR:998.414 AZ:689.104 CA:394.769 CO:1091.078 CT:540.674 DC:395.011
DE:704.171 FL:789.133 GA:717.445 HI:1394.68 IA:634.156 ID:313.88 IL:474.436 IN:1465.502
KS:733.284 KY:1747.004 LA:763.068 MA:830.101 MD:522.207 ME:316.835 MI:797.432 MN:752.329
MO:1454.593 MS:828.274 MT:1063.921 NC:626.438 ND:1297.852 NE:1025.822 NH:276.222 NJ:470.168
NM:773.637 NV:643.859 NY:466.616 OH:1068.27 OK:648.834 OR:364.963 PA:647.871 RI:840.004
SC:560.363 SD:335.582 TN:661.166 TX:771.179 UT:1421.234 VA:539.599 VT:52.239 WA:266.585
WI:1163.572 WV:1968.869 WY:1833.263
"""
POUNDS_BY_STATE: dict[str, float] = {
    state: float(rate) for state, rate in (each.split(":") for each in _RATES.split())
}


def grams_a_kilowatt_hour(pounds_a_megawatt_hour: float) -> float:
    """The same rate in grams a kilowatt-hour."""
    return pounds_a_megawatt_hour * GRAMS_A_POUND / 1000
