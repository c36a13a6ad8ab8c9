"""Media files into sound: an ffmpeg program, run as a child that can be killed."""

from appliance.adapters.media.ffmpeg import FfmpegDecoder

__all__ = ["FfmpegDecoder"]
