import type { LucideIcon } from "lucide-react";
import { Camera, Code, Mail, MessageCircle, MessageSquare, Phone, Smartphone } from "../ui/icons.js";

/** The icon of each channel. */
export const channelIcons: Record<"chat" | "whatsapp" | "instagram" | "sms" | "email" | "voice" | "api", LucideIcon> = {
  chat: MessageCircle,
  whatsapp: MessageSquare,
  instagram: Camera,
  sms: Smartphone,
  email: Mail,
  voice: Phone,
  api: Code,
};
